/* Kept for sources that include it; there is nothing to adjust on Linux. */

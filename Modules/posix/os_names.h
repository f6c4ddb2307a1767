/* The names that sysconf() and its kin take. */
#ifndef Baton_OS_NAMES_H
#define Baton_OS_NAMES_H

/* Each ends with a NULL name. */
extern const struct os_name os_pathconf_names[];
extern const struct os_name os_confstr_names[];
extern const struct os_name os_sysconf_names[];

#endif

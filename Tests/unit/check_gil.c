/* The battery that every GIL policy passes by being in the table: exclusion,
   progress, hand-over on request, fork, finalisation with daemon threads.
   `check` runs each test in a process of its own, so each starts an
   interpreter with its policy. */
#include "Python.h"
#include "pycore_gil.h"
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#define BATTERY_TIMEOUT 60 /* seconds; a hang is a failure */

/* the policy under test, by its place in the table */
static const struct gil_policy *policy;

static void
start(int index)
{
    policy = gil_policies[index];
    ck_assert_int_eq(gil_policy_choose(policy->name), 0);
    Py_InitializeEx(0);
    ck_assert_str_eq(gil_policy_current()->name, policy->name);
}

static void
run(const char *source)
{
    ck_assert_msg(PyRun_SimpleString(source) == 0, "%s: script failed",
                  policy->name);
}

/* -- Exclusion: an unguarded counter stays right ------------------------------- */

#define EXCLUSION_THREADS 4
#define EXCLUSION_ROUNDS 5000

static volatile long unguarded;

static void *
count_under_gil(void *Py_UNUSED(arg))
{
    for (int i = 0; i < EXCLUSION_ROUNDS; i++) {
        PyGILState_STATE state = PyGILState_Ensure();
        long seen = unguarded;
        if (i % 64 == 0) {
            sched_yield(); /* invite somebody else in */
        }
        unguarded = seen + 1;
        PyGILState_Release(state);
    }
    return NULL;
}

START_TEST(test_exclusion)
{
    start(_i);
    pthread_t threads[EXCLUSION_THREADS];
    PyThreadState *saved = PyEval_SaveThread();
    for (int i = 0; i < EXCLUSION_THREADS; i++) {
        pthread_create(&threads[i], NULL, count_under_gil, NULL);
    }
    for (int i = 0; i < EXCLUSION_THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    PyEval_RestoreThread(saved);
    ck_assert_int_eq(unguarded, EXCLUSION_THREADS * EXCLUSION_ROUNDS);
    ck_assert_int_eq(Py_FinalizeEx(), 0);
}
END_TEST

/* -- Progress: threads that never block all get on ----------------------------- */

START_TEST(test_progress)
{
    start(_i);
    run("import threading, time\n"
        "counts = [0] * 6\n"
        "stop = False\n"
        "def work(n):\n"
        "    while not stop:\n"
        "        counts[n] += 1\n"
        "ts = [threading.Thread(target=work, args=(n,)) for n in range(6)]\n"
        "for t in ts: t.start()\n"
        "deadline = time.monotonic() + 30\n"
        "while min(counts) < 1000 and time.monotonic() < deadline:\n"
        "    time.sleep(0.01)\n"
        "stop = True\n"
        "for t in ts: t.join()\n"
        "assert min(counts) >= 1000, counts\n");
    ck_assert_int_eq(Py_FinalizeEx(), 0);
}
END_TEST

/* -- Hand-over: a request is answered at the next check -------------------------- */

START_TEST(test_hand_over)
{
    start(_i);
    _PyEval_SetSwitchInterval(500);
    unsigned long before = gil_switches();
    run("import threading\n"
        "turns = []\n"
        "def work(n):\n"
        "    for i in range(200000):\n"
        "        if not turns or turns[-1] != n:\n"
        "            turns.append(n)\n"
        "ts = [threading.Thread(target=work, args=(n,)) for n in (1, 2)]\n"
        "for t in ts: t.start()\n"
        "for t in ts: t.join()\n"
        "assert {1, 2} <= set(turns), turns\n");
    ck_assert_uint_gt(gil_switches(), before + 2);
    ck_assert_int_eq(Py_FinalizeEx(), 0);
}
END_TEST

START_TEST(test_interval)
{
    start(_i);
    ck_assert_uint_eq(_PyEval_GetSwitchInterval(), 5000);
    run("import sys\n"
        "assert abs(sys.getswitchinterval() - 0.005) < 1e-9\n"
        "sys.setswitchinterval(1e-6)\n"
        "assert abs(sys.getswitchinterval() - 1e-6) < 1e-12\n"
        "sys.setswitchinterval(1e-9)\n"
        "assert abs(sys.getswitchinterval() - 1e-6) < 1e-12\n"
        "for bad in (0, -1.0):\n"
        "    try:\n"
        "        sys.setswitchinterval(bad)\n"
        "    except ValueError as e:\n"
        "        assert str(e) == 'switch interval must be strictly "
        "positive'\n"
        "    else:\n"
        "        raise AssertionError(bad)\n");
    ck_assert_int_eq(Py_FinalizeEx(), 0);
}
END_TEST

/* -- Fork: a child of any thread, while others wait, goes on --------------------- */

START_TEST(test_fork)
{
    start(_i);
    run("import os, threading\n"
        "stop = False\n"
        "def spin():\n"
        "    while not stop: pass\n"
        "def forker():\n"
        "    for i in range(20):\n"
        "        pid = os.fork()\n"
        "        if pid == 0:\n"
        "            sum(range(1000))\n"
        "            os._exit(7)\n"
        "        assert os.waitstatus_to_exitcode("
        "os.waitpid(pid, 0)[1]) == 7\n"
        "spinner = threading.Thread(target=spin)\n"
        "spinner.start()\n"
        "f = threading.Thread(target=forker)\n"
        "f.start(); f.join()\n"
        "stop = True\n"
        "spinner.join()\n");
    ck_assert_int_eq(Py_FinalizeEx(), 0);
}
END_TEST

/* -- Finalisation with daemon threads that want the GIL --------------------------- */

START_TEST(test_finalize)
{
    start(_i);
    run("import threading, time\n"
        "def forever():\n"
        "    while True: pass\n"
        "def sleeper():\n"
        "    while True: time.sleep(0.0005)\n"
        "for f in (forever, forever, sleeper, sleeper):\n"
        "    threading.Thread(target=f, daemon=True).start()\n"
        "time.sleep(0.05)\n");
    ck_assert_int_eq(Py_FinalizeEx(), 0);
}
END_TEST

/* -- Signals and pending calls reach the main thread -------------------------------- */

static int pending_ran;

static int
pending_call(void *Py_UNUSED(arg))
{
    pending_ran++;
    return 0;
}

static void *
add_pending(void *Py_UNUSED(arg))
{
    while (Py_AddPendingCall(pending_call, NULL) < 0) {
        sched_yield();
    }
    return NULL;
}

START_TEST(test_pending_calls)
{
    start(_i);
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) {
        pthread_create(&threads[i], NULL, add_pending, NULL);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
    run("for i in range(1000): pass\n");
    ck_assert_int_eq(pending_ran, 8);
    ck_assert_int_eq(Py_FinalizeEx(), 0);
}
END_TEST

/* -- The table ------------------------------------------------------------------------ */

START_TEST(test_unknown_name)
{
    ck_assert_int_eq(gil_policy_choose("no such policy"), -1);
    ck_assert_ptr_null(gil_policy_find(""));
}
END_TEST

START_TEST(test_table_is_sound)
{
    for (int i = 0; gil_policies[i] != NULL; i++) {
        const struct gil_policy *p = gil_policies[i];
        ck_assert_ptr_eq(gil_policy_find(p->name), p);
        ck_assert(p->summary != NULL && p->init != NULL && p->fini != NULL);
        ck_assert(p->after_fork != NULL && p->acquire != NULL
                  && p->release != NULL);
    }
}
END_TEST

static Suite *
gil_suite(void)
{
    Suite *suite = suite_create("gil");
    TCase *table = tcase_create("table");
    tcase_add_test(table, test_unknown_name);
    tcase_add_test(table, test_table_is_sound);
    suite_add_tcase(suite, table);
    for (int i = 0; gil_policies[i] != NULL; i++) {
        TCase *battery = tcase_create(gil_policies[i]->name);
        tcase_set_timeout(battery, BATTERY_TIMEOUT);
        tcase_add_loop_test(battery, test_exclusion, i, i + 1);
        tcase_add_loop_test(battery, test_progress, i, i + 1);
        tcase_add_loop_test(battery, test_hand_over, i, i + 1);
        tcase_add_loop_test(battery, test_interval, i, i + 1);
        tcase_add_loop_test(battery, test_fork, i, i + 1);
        tcase_add_loop_test(battery, test_finalize, i, i + 1);
        tcase_add_loop_test(battery, test_pending_calls, i, i + 1);
        suite_add_tcase(suite, battery);
    }
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(gil_suite());
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

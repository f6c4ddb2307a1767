/* The table of GIL policies and the choice among them. */
#include "Python.h"
#include "pycore_gil.h"

const struct gil_policy *const gil_policies[] = {
    &gil_condvar,
    &gil_spin,
    &gil_ticket,
    NULL,
};

static const struct gil_policy *current;

const struct gil_policy *
gil_policy_find(const char *name)
{
    for (int i = 0; gil_policies[i] != NULL; i++) {
        if (strcmp(gil_policies[i]->name, name) == 0) {
            return gil_policies[i];
        }
    }
    return NULL;
}

int
gil_policy_choose(const char *name)
{
    const struct gil_policy *policy = gil_policy_find(name);
    if (policy == NULL) {
        return -1;
    }
    current = policy;
    return 0;
}

const struct gil_policy *
gil_policy_current(void)
{
    if (current == NULL) {
        current = gil_policy_find(BATON_DEFAULT_GIL);
    }
    return current;
}

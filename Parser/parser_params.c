/* Parameters of functions and lambdas.

   Both have the same shape: positional-only ones before "/", positional ones,
   "*" or "*args", keyword-only ones, "**kwargs". A function's may have
   annotations and type comments, and end at ")"; a lambda's end at ":". */

#include "parser.h"

/* What has been collected; the sequences live on the stack of items until
   they are complete, so each is kept apart in its own small array. */
struct collector {
    void **items;
    Py_ssize_t used;
    Py_ssize_t allocated;
};

static int
collect(Parser *p, struct collector *c, void *item)
{
    if (c->used == c->allocated) {
        Py_ssize_t size = c->allocated ? c->allocated * 2 : 8;
        void **items = _PyArena_Malloc(p->arena,
                                       sizeof(void *) * (size_t)size);
        if (items == NULL) {
            p->error = 1;
            return -1;
        }
        if (c->used > 0) {
            memcpy(items, c->items, sizeof(void *) * (size_t)c->used);
        }
        c->items = items;
        c->allocated = size;
    }
    c->items[c->used++] = item;
    return 0;
}

static void *
collected(Parser *p, struct collector *c)
{
    asdl_generic_seq *seq = _Py_asdl_generic_seq_new(c->used, p->arena);
    if (seq == NULL) {
        p->error = 1;
        return NULL;
    }
    for (Py_ssize_t i = 0; i < c->used; i++) {
        seq->typed_elements[i] = c->items[i];
    }
    return seq;
}

struct parameters {
    struct collector posonly, args, defaults, kwonly, kw_defaults;
    arg_ty vararg, kwarg;
    int slash;
};

static inline int
params_end(int lambda)
{
    return lambda ? COLON : RPAR;
}

/* -- Single parameters --------------------------------------------------- */

/* NAME, in a function with its annotation; STARRED allows "name: *types". */
static arg_ty
param_build(Parser *p, int lambda, int starred)
{
    struct token *start = accept(p, NAME);
    if (start == NULL) {
        return NULL;
    }
    identifier name = parser_name(p, start->start,
                                  (size_t)(start->end - start->start));
    if (name == NULL) {
        return NULL;
    }
    expr_ty annotation = NULL;
    if (!lambda && peek_type(p) == COLON) {
        struct spot spot = here(p);
        p->mark++;
        annotation = starred ? parse_star_expression(p)
                             : parse_expression(p);
        if (p->error) {
            return NULL;
        }
        if (annotation == NULL) {
            back_to(p, spot);
        }
    }
    return BUILT(_PyAST_arg(name, annotation, NULL, SPAN(start)));
}

arg_ty
parse_param(Parser *p, int lambda)
{
    return param_build(p, lambda, 0);
}

/* Behind a parameter: a comma, or the end in sight. A type comment goes to
   ARG. 0 if there is neither. */
static int
param_finish(Parser *p, int lambda, arg_ty *arg)
{
    int comma = accept(p, COMMA) != NULL;
    struct token *comment = lambda ? NULL : accept(p, TYPE_COMMENT);
    if (p->error || (!comma && peek_type(p) != params_end(lambda))) {
        return 0;
    }
    if (comment != NULL && arg != NULL) {
        string text = parser_type_comment(p, comment);
        if (text == NULL) {
            return 0;
        }
        (*arg)->type_comment = text;
    }
    return 1;
}

/* "=" expression, or NULL. */
static expr_ty
parse_default(Parser *p, int lambda)
{
    struct spot spot = here(p);
    if (accept(p, EQUAL)) {
        expr_ty value = parse_expression(p);
        if (value != NULL) {
            return value;
        }
    }
    if (p->error) {
        return NULL;
    }
    back_to(p, spot);
    DIAGNOSE(diagnose_default(p, lambda));
    return NULL;
}

int
parse_param_no_default(Parser *p, int lambda, arg_ty *arg)
{
    *arg = param_build(p, lambda, 0);
    return *arg != NULL && param_finish(p, lambda, arg);
}

int
parse_param_with_default(Parser *p, int lambda)
{
    arg_ty arg = param_build(p, lambda, 0);
    return arg != NULL && parse_default(p, lambda) != NULL
           && param_finish(p, lambda, &arg);
}

int
parse_param_maybe_default(Parser *p, int lambda)
{
    arg_ty arg = param_build(p, lambda, 0);
    if (arg == NULL) {
        return 0;
    }
    struct spot spot = here(p);
    if (parse_default(p, lambda) == NULL) {
        if (p->error) {
            return 0;
        }
        back_to(p, spot);
    }
    return param_finish(p, lambda, &arg);
}

/* -- Stretches ----------------------------------------------------------- */

/* Positional parameters with the slash among them. -1 on a failure that
   leaves nothing to go back to. */
static int
collect_positional(Parser *p, int lambda, struct parameters *params)
{
    for (;;) {
        struct spot spot = here(p);
        struct token *next = peek(p);
        if (next->type == SLASH && !params->slash && params->args.used > 0) {
            p->mark++;
            if (!accept(p, COMMA) && peek_type(p) != params_end(lambda)) {
                return -1;
            }
            params->slash = 1;
            params->posonly = params->args;
            params->args = (struct collector){0};
            continue;
        }
        if (next->type != NAME) {
            return 0;
        }
        arg_ty arg = param_build(p, lambda, 0);
        if (arg == NULL) {
            return -1;
        }
        expr_ty value = NULL;
        if (peek_type(p) == EQUAL) {
            value = parse_default(p, lambda);
            if (value == NULL) {
                return -1;
            }
        }
        if (!param_finish(p, lambda, &arg)) {
            return -1;
        }
        if (value == NULL && params->defaults.used > 0) {
            /* A plain one may not follow one with a default. */
            back_to(p, spot);
            return -1;
        }
        if (collect(p, &params->args, arg) < 0
            || (value != NULL && collect(p, &params->defaults, value) < 0))
        {
            return -1;
        }
    }
}

static int
collect_keyword_only(Parser *p, int lambda, struct parameters *params)
{
    while (peek_type(p) == NAME) {
        arg_ty arg = param_build(p, lambda, 0);
        if (arg == NULL) {
            return -1;
        }
        expr_ty value = NULL;
        if (peek_type(p) == EQUAL) {
            value = parse_default(p, lambda);
            if (value == NULL) {
                return -1;
            }
        }
        if (!param_finish(p, lambda, &arg)
            || collect(p, &params->kwonly, arg) < 0
            || collect(p, &params->kw_defaults, value) < 0)
        {
            return -1;
        }
    }
    return 0;
}

static int
collect_kwds(Parser *p, int lambda, struct parameters *params)
{
    if (p->diagnose) {
        diagnose_kwds(p, lambda);
        if (p->error) {
            return -1;
        }
    }
    if (!accept(p, DOUBLESTAR)) {
        return 0;
    }
    return parse_param_no_default(p, lambda, &params->kwarg) ? 0 : -1;
}

/* From a star on. */
static int
collect_star_etc(Parser *p, int lambda, struct parameters *params)
{
    if (p->diagnose) {
        diagnose_star_etc(p, lambda);
        if (p->error) {
            return -1;
        }
    }
    if (accept(p, STAR)) {
        if (accept(p, COMMA)) {
            if (collect_keyword_only(p, lambda, params) < 0
                || params->kwonly.used == 0)
            {
                return -1;
            }
        }
        else {
            params->vararg = param_build(p, lambda, 1);
            if (params->vararg == NULL
                || !param_finish(p, lambda, &params->vararg)
                || collect_keyword_only(p, lambda, params) < 0)
            {
                return -1;
            }
        }
    }
    return p->error ? -1 : collect_kwds(p, lambda, params);
}

static arguments_ty
params_build(Parser *p, struct parameters *params)
{
    asdl_arg_seq *posonly = collected(p, &params->posonly);
    asdl_arg_seq *args = collected(p, &params->args);
    asdl_arg_seq *kwonly = collected(p, &params->kwonly);
    asdl_expr_seq *kw_defaults = collected(p, &params->kw_defaults);
    asdl_expr_seq *defaults = collected(p, &params->defaults);
    if (p->error) {
        return NULL;
    }
    return BUILT(_PyAST_arguments(posonly, args, params->vararg, kwonly,
                                  kw_defaults, params->kwarg, defaults,
                                  p->arena));
}

arguments_ty
empty_arguments(Parser *p)
{
    struct parameters none = {0};
    return params_build(p, &none);
}

static arguments_ty
parameters(Parser *p, int lambda)
{
    struct parameters params = {0};
    struct spot spot = here(p);

    DIAGNOSE(diagnose_parameters(p, lambda));
    if (collect_positional(p, lambda, &params) < 0) {
        return NULL;
    }
    int type = peek_type(p);
    if ((type == STAR || type == DOUBLESTAR)
        && collect_star_etc(p, lambda, &params) < 0)
    {
        return NULL;
    }
    if (p->error || p->mark == spot.mark) {
        return NULL;
    }
    if (params.slash && p->feature_version < 8) {
        return raise_version(p, 8, "Positional-only parameters are");
    }
    return params_build(p, &params);
}

static arguments_ty
parse_parameters(Parser *p, int lambda)
{
    if (deeper(p, WEIGHT_PARAMETERS) < 0) {
        return NULL;
    }
    arguments_ty result = parameters(p, lambda);
    p->level -= WEIGHT_PARAMETERS;
    return result;
}

arguments_ty
parse_params(Parser *p)
{
    return parse_parameters(p, 0);
}

/* -- Lambda -------------------------------------------------------------- */

expr_ty
parse_lambda(Parser *p)
{
    struct token *start = accept(p, KW_LAMBDA);
    if (start == NULL) {
        return NULL;
    }
    if (deeper(p, 1) < 0) {
        return NULL;
    }
    struct spot spot = here(p);
    arguments_ty args = NULL;
    if (p->second_pass || peek_type(p) != COLON) {
        args = parse_parameters(p, 1);
    }
    if (p->error) {
        return NULL;
    }
    expr_ty result = NULL;
    if (args == NULL) {
        back_to(p, spot);
    }
    if (accept(p, COLON)) {
        expr_ty body = parse_expression(p);
        if (body != NULL && args == NULL) {
            args = empty_arguments(p);
        }
        if (body != NULL && args != NULL) {
            result = BUILT(_PyAST_Lambda(args, body, SPAN(start)));
        }
    }
    p->level--;
    return p->error ? NULL : result;
}

/* pyexpat.h: the functions of Expat that pyexpat lends to other modules.

   The capsule `pyexpat.expat_CAPI` holds a struct PyExpat_CAPI, so that a
   module can use Expat without being linked with it.  A user compares `magic`
   and checks that `size` covers the fields it knows before it calls any. */

#ifndef Py_PYEXPAT_H
#define Py_PYEXPAT_H

#include "expat.h"

#define PyExpat_CAPI_MAGIC "pyexpat.expat_CAPI 1.1"
#define PyExpat_CAPSULE_NAME "pyexpat.expat_CAPI"

struct PyExpat_CAPI {
    char *magic;        /* PyExpat_CAPI_MAGIC */
    int size;           /* of this struct, in bytes */
    int MAJOR_VERSION;  /* of the Expat it was compiled with */
    int MINOR_VERSION;
    int MICRO_VERSION;
    const XML_LChar *(*ErrorString)(enum XML_Error code);
    enum XML_Error (*GetErrorCode)(XML_Parser parser);
    XML_Size (*GetErrorColumnNumber)(XML_Parser parser);
    XML_Size (*GetErrorLineNumber)(XML_Parser parser);
    enum XML_Status (*Parse)(XML_Parser parser, const char *text, int length,
                             int is_final);
    XML_Parser (*ParserCreate_MM)(const XML_Char *encoding,
                                  const XML_Memory_Handling_Suite *memory,
                                  const XML_Char *namespace_separator);
    void (*ParserFree)(XML_Parser parser);
    void (*SetCharacterDataHandler)(XML_Parser parser,
                                    XML_CharacterDataHandler handler);
    void (*SetCommentHandler)(XML_Parser parser, XML_CommentHandler handler);
    void (*SetDefaultHandlerExpand)(XML_Parser parser,
                                    XML_DefaultHandler handler);
    void (*SetElementHandler)(XML_Parser parser, XML_StartElementHandler start,
                              XML_EndElementHandler end);
    void (*SetNamespaceDeclHandler)(XML_Parser parser,
                                    XML_StartNamespaceDeclHandler start,
                                    XML_EndNamespaceDeclHandler end);
    void (*SetProcessingInstructionHandler)(
        XML_Parser parser, XML_ProcessingInstructionHandler handler);
    void (*SetUnknownEncodingHandler)(XML_Parser parser,
                                      XML_UnknownEncodingHandler handler,
                                      void *data);
    void (*SetUserData)(XML_Parser parser, void *data);
    void (*SetStartDoctypeDeclHandler)(XML_Parser parser,
                                       XML_StartDoctypeDeclHandler handler);
    enum XML_Status (*SetEncoding)(XML_Parser parser,
                                   const XML_Char *encoding);
    /* Knows the one-byte encodings of Python's codecs. */
    int (*DefaultUnknownEncodingHandler)(void *data, const XML_Char *name,
                                         XML_Encoding *encoding);
    /* NULL where Expat has no salt. */
    int (*SetHashSalt)(XML_Parser parser, unsigned long salt);
};

#endif

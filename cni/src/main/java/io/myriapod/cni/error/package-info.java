/**
 * CNI errors: the codes, the exception that carries one to the boundary, and the JSON object that a
 * plugin prints. No plugin logic; nothing here knows what went wrong.
 */
package io.myriapod.cni.error;

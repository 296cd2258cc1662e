/**
 * What ADD prints, free of versions, and the codec that reads and writes it in every version of the
 * specification. No plugin logic.
 */
package io.myriapod.cni.result;

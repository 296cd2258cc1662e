package io.myriapod.kubernetes.apiserver;

/**
 * By what requests are counted.
 *
 * @param code of HTTP; 0 if there was no answer
 */
public record RequestKind(AccessRule access, int code) {}

/**
 * The daemon of Multus as hot-plug controllers see it: HTTP over a Unix socket, {@code /delegate}
 * alone. Bounded and strict; what is done for a request is given to it.
 */
package io.myriapod.agent.delegate;

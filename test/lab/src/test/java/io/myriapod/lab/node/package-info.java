/**
 * The lab's node as tests see it: its two NICs with their virtual functions, and DPDK. Everything
 * is read and written as an engineer would by hand, through {@code /sys} and {@code ip}, and never
 * by the classes under test.
 */
package io.myriapod.lab.node;

/** Policy rules of one namespace by rtnetlink: which routing table serves which packets. */
package io.myriapod.linux.rule;

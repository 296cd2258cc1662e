/**
 * What the tests of every interface plugin need: a node and a pod that are namespaces, with a real
 * journal, real leases and the undo; and the reference plugin beside it. No plugin of ours.
 */
package io.myriapod.pluginlab;

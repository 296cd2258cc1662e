/** Virtual functions in pods, by the plugin {@code sriov}. */
package io.myriapod.lab.sriov;

/**
 * The CNI plugin {@code sriov}: a virtual function goes into a pod, with VLAN, MAC, rate and trust
 * as its card is told, and comes back as it was. docs/sriov.md
 */
package io.myriapod.sriov;

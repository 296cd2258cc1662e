/**
 * Devices of the node as resources that the kubelet counts and hands to pods: selectors, pools,
 * health, and what a container gets. What is done to a device is the business of module vfio.
 */
package io.myriapod.deviceplugin;

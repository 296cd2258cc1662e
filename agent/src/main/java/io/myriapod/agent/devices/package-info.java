/**
 * Devices for the kubelet: which pools are configured, what a pod takes over of what it was given.
 * Pools and their servers are the business of module device-plugin.
 */
package io.myriapod.agent.devices;

/**
 * The device plugin, measured inside this process: on a node whose sysfs is a fake, with a kubelet
 * that is a counterpart. The classes of the product are the ones that the agent runs.
 */
package io.myriapod.bench.device;

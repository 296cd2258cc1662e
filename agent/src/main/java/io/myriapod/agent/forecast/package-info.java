/**
 * What an ADD would do, worked out by the meta-plugin's own planner from files alone: neither a
 * cluster nor the kernel is asked, and devices that the kubelet would choose have a stand-in.
 */
package io.myriapod.agent.forecast;

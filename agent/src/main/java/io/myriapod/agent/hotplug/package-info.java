/**
 * When the networks of running pods are changed: after a change of their annotation, again after a
 * failure. What is done then is multus-meta's.
 */
package io.myriapod.agent.hotplug;

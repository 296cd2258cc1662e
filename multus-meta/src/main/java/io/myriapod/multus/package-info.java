/**
 * The meta-plugin: a pod's annotation becomes attachments, each served by a chain of plugins.
 *
 * <p>Here is the plugin itself; what it is made of lies in the packages below. No netlink, no pools
 * of addresses, no knowledge of any one plugin.
 */
package io.myriapod.multus;

/**
 * What the plugins with a veth pair share: the pair itself, the steps of an ADD around it, the node
 * as router. Whatever holds the node's end is the plugin's own.
 */
package io.myriapod.base.veth;

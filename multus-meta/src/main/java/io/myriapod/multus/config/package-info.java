/** The meta-plugin's own configuration, with the keys and defaults of Multus. */
package io.myriapod.multus.config;

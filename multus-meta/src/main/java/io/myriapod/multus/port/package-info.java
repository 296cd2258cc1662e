/** What the agent implements for the meta-plugin: looking into a pod and moving default routes. */
package io.myriapod.multus.port;

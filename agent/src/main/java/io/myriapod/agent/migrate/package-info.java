/**
 * Taking over pods that Multus has attached: its cache and libcni's become records of the journal,
 * so that their DEL, CHECK and GC need Multus no more. Nothing of a pod is touched.
 */
package io.myriapod.agent.migrate;

/**
 * The DEL requests that shims recorded while no agent was there (docs/shim-protocol.md, "Spool").
 * They are read and put away here; what a DEL does is the service's.
 */
package io.myriapod.agent.spool;

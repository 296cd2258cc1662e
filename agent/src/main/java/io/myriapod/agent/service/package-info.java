/**
 * The daemon: from a request frame to plugin and journal and back, and what it does by itself when
 * nobody asks (recovery, spool, sweeps). {@link io.myriapod.agent.service.Wiring} alone makes
 * parts.
 */
package io.myriapod.agent.service;

/**
 * Pods that run without networks which their annotation asks for: found by comparing what the
 * cluster says with the journal. Changes nothing; only says so.
 */
package io.myriapod.agent.missed;

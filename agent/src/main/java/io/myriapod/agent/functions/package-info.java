/**
 * PCI functions as the operator changes them: what the command line asks, over the socket or
 * without an agent, and what the configuration wants. How a function is changed is the business of
 * module vfio.
 */
package io.myriapod.agent.functions;

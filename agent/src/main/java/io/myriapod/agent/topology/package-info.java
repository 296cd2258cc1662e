/**
 * What hangs on what: the model, how it is read from journal and kernel, and its forms. {@code
 * Topology} is complete; {@code Graph} is what fits into a picture. Changes nothing of the node.
 */
package io.myriapod.agent.topology;

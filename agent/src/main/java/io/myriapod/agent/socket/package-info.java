/**
 * The agent's end of the wire to the shim (docs/shim-protocol.md): frames, and the Unix socket they
 * come over. What a request means is none of its business: it hands each one to a {@link
 * io.myriapod.agent.socket.RequestHandler} and tells when the client has gone.
 */
package io.myriapod.agent.socket;

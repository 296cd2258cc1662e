package io.myriapod.agent.delegate;

/**
 * A whole request.
 *
 * @param path with its query, if it has one
 */
record HttpRequest(String method, String path, byte[] body) {}

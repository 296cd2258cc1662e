/**
 * Network namespaces: opened safely by path, named by cookie, visited by a thread of the
 * operation's own or one that is thrown away, and acted in from outside over sockets that stay
 * there.
 */
package io.myriapod.linux.namespace;

package io.myriapod.linux.link;

/**
 * A network namespace as a place for links: they are made in it, moved to it and looked up in it.
 */
public interface LinkNamespace {
  /** An open descriptor of the namespace, for IFLA_NET_NS_FD; its owner keeps it open. */
  int fd();

  /** The links in it. */
  Links links();
}

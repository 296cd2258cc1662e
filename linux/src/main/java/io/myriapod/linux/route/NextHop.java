package io.myriapod.linux.route;

import java.net.InetAddress;
import java.util.Optional;

/**
 * One way of a multi-path route. rtnexthop in linux/rtnetlink.h
 *
 * @param weight from 1
 */
public record NextHop(Optional<InetAddress> gateway, int linkIndex, int weight, boolean onLink) {}

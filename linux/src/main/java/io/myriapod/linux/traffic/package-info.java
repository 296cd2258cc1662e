/**
 * Traffic control of one namespace, by rtnetlink: queueing disciplines and filters of links, as far
 * as limiting bandwidth needs them. tc(8). What a limit is for and where it comes from is somebody
 * else's.
 */
package io.myriapod.linux.traffic;

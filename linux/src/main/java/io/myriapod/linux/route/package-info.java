/** Routes of one namespace by rtnetlink, and which links are the node's uplink. */
package io.myriapod.linux.route;

/** IP addresses of links in one namespace, by rtnetlink. */
package io.myriapod.linux.address;

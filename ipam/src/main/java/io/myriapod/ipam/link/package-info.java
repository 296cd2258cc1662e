/**
 * Puts a result on a link: addresses, up, duplicate detection, routes, announcements, and compares
 * it later. Knows nothing of where addresses come from, nor how links are made.
 */
package io.myriapod.ipam.link;

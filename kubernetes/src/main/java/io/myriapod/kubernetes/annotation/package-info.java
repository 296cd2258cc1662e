/**
 * The pod's annotations that ask for networks, read and checked.
 *
 * <p>NPWG specification 1.3, section 4, both syntaxes. What a selection means for a plugin is not
 * decided here.
 */
package io.myriapod.kubernetes.annotation;

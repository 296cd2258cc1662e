/**
 * HTTP for reading alone: a bounded server and its rules. What the pages say is given to it; only
 * the form of health and the live page are at home here.
 */
package io.myriapod.agent.http;

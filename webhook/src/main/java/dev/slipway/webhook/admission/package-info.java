/**
 * AdmissionReview in, AdmissionReview out: reads the request, asks {@code injection} for the decision, and words it as a
 * JSON Patch, a refusal or warnings. Works on the raw JSON tree and does no I/O.
 */
@NullMarked
package dev.slipway.webhook.admission;

import org.jspecify.annotations.NullMarked;

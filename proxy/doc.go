// Package proxy is what runners talk to: a front door, and the [Recorder] behind it.
//
// The [Door] is one listener with three ways in. A request in origin form came
// by the reverse way: the client's base URL is the listener. One in absolute
// form came by the forward way (HTTP_PROXY). CONNECT (HTTPS_PROXY) goes to
// goproxy, which hands connections for intercepted hosts over to the door's own TLS and the
// same http.Server, and tunnels the rest unread. Behind the door stands one
// http.Handler that sees no difference: [Arrival] tells it how a request came.
//
// The [Recorder] is such a handler. It asks the upstream and passes every byte
// on as it comes; beside the traffic it copies what passes into a bounded queue,
// from which one goroutine feeds a [Sink] in the order things happened. What a
// client learns from a response is therefore in the Sink before anything the
// client does with it. When the queue is full, traffic waits: nothing is dropped.
//
// goproxy is not used as the pipeline for intercepted traffic, because it holds
// responses back, hides truncation, and does not notice clients that leave.
package proxy

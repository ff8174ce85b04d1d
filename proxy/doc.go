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
// # What differs from a direct connection
//
// This is all that the two peers see of the recorder; a test sends the same bytes
// direct and by each way in, and holds the list.
//
//   - Hop-by-hop fields (Connection and what it names, Keep-Alive, Proxy-Connection, Te
//     but for "trailers", Upgrade where none is asked for) concern one connection. So
//     a peer's wish to close ends its own connection only. By HTTP_PROXY, Proxy-Authorization
//     and the Host field are for the proxy: Host becomes that of the target (RFC 9112 §3.2.2).
//     By the reverse way Host becomes the upstream's.
//   - Field names are spelled X-Like-This, sorted, and without blanks around values.
//   - Chunks may be cut elsewhere, and lose extensions and leading zeros; a body that ends with the
//     connection becomes chunked. Both sides speak HTTP/1.1, whatever the other speaks.
//   - The reason phrase is that of the status code.
//   - User-Agent: an empty one, or a second one, is left out.
//   - Requests: POST, PUT and PATCH without a body say "Content-Length: 0"; GET and HEAD do not.
//   - Responses: 304 has no Content-Type and Content-Length; one to HEAD has no Transfer-Encoding.
//   - A client that is still sending when the upstream has answered is told "Connection: close",
//     and may go on for half a second.
//   - An upstream that leaves "Expect: 100-continue" unanswered gets the body after ten seconds.
//   - What is not HTTP by the rules of net/http, or has a head of more than 1 MiB (request) or
//     10 MiB (response), is not passed on.
//
// goproxy is not used as the pipeline for intercepted traffic, because it holds
// responses back, hides truncation, and does not notice clients that leave.
package proxy

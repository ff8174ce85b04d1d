// Package proxy is what runners talk to: a front door, and the [Recorder] behind it.
//
// The [Door] is one listener with three ways in. A request in origin form came
// by the reverse way: the client's base URL is the listener. One in absolute
// form came by the forward way (HTTP_PROXY). CONNECT (HTTPS_PROXY) goes to
// goproxy, which hands connections for intercepted hosts over to the door's own TLS,
// and tunnels the rest unread.
//
// The [Recorder] is a cable that understands what passes. To each client connection
// belongs one to the upstream, and they end as one connection would: in order, by
// halves, or reset. Heads and bodies are read where they stand on the wire (package http1)
// and passed on as the bytes they are; beside the traffic their content goes
// into a bounded queue, from which one goroutine feeds a [Sink] in the order things
// happened. What a client learns from a response is therefore in the Sink before anything
// the client does with it. When the queue is full, traffic waits: nothing is dropped.
//
// # What differs from a direct connection
//
// This is all that the two peers see of the recorder. A test has the same bytes said
// direct and by each way in (testdata/fidelity.txt), and all else must be equal: bytes, order, and ends.
//
//   - By HTTP_PROXY the request line and the Host field become those of the target (RFC 9112 §3.2.2), and
//     Proxy-Connection and Proxy-Authorization, which are for a proxy, end here. A client may ask several
//     hosts by one connection: what becomes of one between its exchanges does not concern the others.
//   - By the reverse way Host becomes the upstream's, and a relative URL root is put before the path.
//   - With --rewrite-urls, URLs in job payloads and redirects of the reverse way lead back here;
//     a request for such a payload asks for no compression.
//   - Heads are passed on when they are whole. A request that breaks off in its head goes nowhere, and the connection to
//     the upstream (in a CONNECT: TLS on it) is made when the first head is there.
//   - Requests sent ahead of the answer to the one before (pipelining) wait for it here, and so does
//     the end of a client that has done so.
//   - A host that cannot be reached is answered 502 by us, in an exchange marked as ours; what cannot be
//     read as a request of HTTP/1.x, or has a head of more than 1 MiB, is answered 400 or 431.
//     Request bodies and answers that cannot be read are passed on all the same, and recorded as broken.
//   - Under TLS, the certificate is ours, and the two sides negotiate apart. Both speak HTTP/1.1.
//     Where only one side has TLS, an end in the midst of an exchange without TLS's farewell becomes a reset.
//
// goproxy is not used as the pipeline for intercepted traffic, because it holds
// responses back, hides truncation, and does not notice clients that leave; net/http is not, because
// it knows messages by their meaning and not by their bytes.
package proxy

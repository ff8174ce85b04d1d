// Package capture reads a packet capture, as tcpdump and Wireshark write it, and
// gives the HTTP/1.x exchanges in it to a [Sink], as a recorder that stood in between would have.
//
// It takes pcap and pcapng files, also gzip'ed, of Ethernet (with VLAN tags), Linux cooked (`tcpdump -i any`),
// loopback and raw IP, IPv4 and IPv6, and fragments of them. TCP is put together by gopacket, the messages are
// read by package http1.
//
// # What is not in a capture
//
// What the kernel dropped, what a snap length cut off, and what passed before the capture
// began is missing, and is said to be so, but ends nothing:
//
//   - Bytes that the other side has acknowledged and that were not captured will not come any more: they are a
//     gap. So are those that are waited for longer than [patience], or behind which too much waits.
//   - A gap in a body marks it truncated, and the exchange's Failure names how many bytes at which byte. If the body's
//     length tells where it ends, or the gap lies within one chunk, the next message is read as if nothing were missing.
//   - After any other gap, and at the beginning of a connection whose beginning is missing, the next request line or
//     status line is searched.
//   - A request without an answer is an exchange that failed; an answer without a request is an exchange
//     without method and target.
//
// TLS is recognised and counted, not read: no maintained Go library decrypts TLS from captured
// packets, with or without a key log.
//
// # Times and memory
//
// The time of an event is that of the packet with which all bytes up to it were there, in order. Times never go back.
// Bodies are passed on as they are put together. What waits for a missing packet is bounded in pages, and so
// is a head.
package capture

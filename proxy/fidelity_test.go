package proxy

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"

	"runnertape"
)

// fidelityCases are said on bare connections: once direct, and once by each way.
// %s is where the target has scheme and host by the forward way.
var fidelityCases = []struct{ name, request, response string }{
	{"plain", "GET %s/a HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"},
	{"names", "GET %s/ HTTP/1.1\nHost: h\nx-lower: 1\nJOB-TOKEN: t\nAccept: */*\n\n", "HTTP/1.1 200 OK\nx-lower: 1\nETag: \"e\"\nAccept-Ranges: bytes\nContent-Length: 0\n\n"},
	{"repeats", "GET %s/ HTTP/1.1\nHost: h\nX-R: 1\nX-S: 2\nX-R: 3\nX-R: 1\n\n", "HTTP/1.1 200 OK\nSet-Cookie: a=1\nX-S: 2\nSet-Cookie: b=2\nContent-Length: 0\n\n"},
	{"values", "GET %s/ HTTP/1.1\nHost: h\nX-Empty:\nX-Padded:   a  b   \nX-Utf8: ü\nX-Quoted: \"a, b\"; c=d\n\n", "HTTP/1.1 200 OK\nX-Empty:\nX-Padded:   a  b   \nX-Utf8: ü\nContent-Length: 0\n\n"},
	{"large header", "GET %s/ HTTP/1.1\nHost: h\nX-Large: " + strings.Repeat("l", 500<<10) + "\n\n", "HTTP/1.1 200 OK\nX-Large: " + strings.Repeat("l", 500<<10) + "\nContent-Length: 0\n\n"},
	{"encoded", "GET %s/ HTTP/1.1\nHost: h\nAccept-Encoding: gzip, br\nUser-Agent: gitlab-runner 17.9.0\n\n", "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 3\nDate: Mon, 23 Nov 2026 10:00:00 GMT\nContent-Type: x/y\n\n\x1f\x8b\x00"},
	{"empty agent", "GET %s/ HTTP/1.1\nHost: h\nUser-Agent:\n\n", "HTTP/1.1 204 No Content\n\n"},
	{"two agents", "GET %s/ HTTP/1.1\nHost: h\nUser-Agent: a\nUser-Agent: b\n\n", "HTTP/1.1 204 No Content\n\n"},
	{"hop by hop", "GET %s/ HTTP/1.1\nHost: h\nConnection: keep-alive, X-Hop\nX-Hop: 1\nKeep-Alive: 5\nProxy-Connection: keep-alive\nTe: trailers, deflate\nUpgrade: h2c\nProxy-Authorization: Basic eA==\n\n", "HTTP/1.1 200 OK\nConnection: X-Hop\nX-Hop: 1\nKeep-Alive: timeout=5\nUpgrade: h2c\nProxy-Authenticate: Basic\nContent-Length: 0\n\n"},
	{"close", "GET %s/ HTTP/1.1\nHost: h\nConnection: close\n\n", "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 2\n\nhi"},
	{"post", "POST %s/ HTTP/1.1\nHost: h\nContent-Length: 4\nContent-Type: application/json\n\nbody", "HTTP/1.1 201 Created\nContent-Length: 2\n\nhi"},
	{"post without length", "POST %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
	{"post of nothing", "POST %s/ HTTP/1.1\nHost: h\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
	{"delete of nothing", "DELETE %s/ HTTP/1.1\nHost: h\nContent-Length: 0\n\n", "HTTP/1.1 204 No Content\n\n"},
	{"get of nothing", "GET %s/ HTTP/1.1\nHost: h\nContent-Length: 0\n\n", "HTTP/1.1 204 No Content\n\n"},
	{"get with body", "GET %s/ HTTP/1.1\nHost: h\nContent-Length: 4\n\nbody", "HTTP/1.1 204 No Content\n\n"},
	{"delete with body", "DELETE %s/ HTTP/1.1\nHost: h\nContent-Length: 4\n\nbody", "HTTP/1.1 204 No Content\n\n"},
	{"chunked", "POST %s/ HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n4\nbody\n0\n\n", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n"},
	{"chunked nothing", "DELETE %s/ HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n0\n\n", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n0\n\n"},
	{"chunk extensions", "POST %s/ HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n4;a=b\nbody\n0\n\n", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n02\nhi\n0\n\n"},
	{"trailers", "POST %s/ HTTP/1.1\nHost: h\nTrailer: X-T\nTransfer-Encoding: chunked\n\n1\nb\n0\nX-T: 1\n\n", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nTrailer: X-T\n\n1\nb\n0\nX-T: 1\n\n"},
	{"expect", "POST %s/ HTTP/1.1\nHost: h\nExpect: 100-continue\nContent-Length: 4\n\nbody", "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nContent-Length: 0\n\n"},
	{"early hints", "GET %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 103 Early Hints\nLink: </a>\n\nHTTP/1.1 200 OK\nContent-Length: 0\n\n"},
	{"reason", "GET %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 Fine\nContent-Length: 0\n\n"},
	{"unknown status", "GET %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 299 Odd\nContent-Length: 0\n\n"},
	{"redirect", "POST %s/ HTTP/1.1\nHost: h\nContent-Length: 4\n\nbody", "HTTP/1.1 307 Temporary Redirect\nLocation: http://h/x?y\nContent-Length: 2\n\nhi"},
	{"head", "HEAD %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 OK\nContent-Length: 1234\nContent-Type: x/y\n\n"},
	{"head of chunked", "HEAD %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"},
	{"not modified", "GET %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 304 Not Modified\nEtag: \"e\"\nContent-Length: 1234\nContent-Type: x/y\n\n"},
	{"to close", "GET %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.1 200 OK\n\nhi"},
	{"old client", "GET %s/ HTTP/1.0\nHost: h\n\n", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"},
	{"old upstream", "GET %s/ HTTP/1.1\nHost: h\n\n", "HTTP/1.0 200 OK\nContent-Length: 2\n\nhi"},
}

// knownDifferences is all that differs from a direct connection. doc.go says it
// in words: keep them equal.
var knownDifferences = []string{
	"hop by hop: request loses \"Proxy-Authorization: Basic eA==\" (forward)",
	"hop by hop: request loses \"Proxy-Connection: keep-alive\" (forward)",
}

const inAnotherOrder = "fields are in another order"

func TestFidelity(t *testing.T) {
	found := map[string][]string{}
	for _, c := range fidelityCases {
		t.Run(c.name, func(t *testing.T) {
			directUp, directClient := fidelityRun(t, "", c.request, c.response)
			for _, way := range ways {
				upSaw, clientSaw := fidelityRun(t, way, c.request, c.response)
				for _, d := range append(differences("request", directUp, upSaw), differences("response", directClient, clientSaw)...) {
					key := c.name + ": " + d
					if strings.HasSuffix(d, inAnotherOrder) {
						key = d // wherever there is more than one field
					}
					if !slices.Contains(found[key], string(way)) {
						found[key] = append(found[key], string(way))
					}
				}
			}
		})
	}
	var got []string
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if len(found[key]) < len(ways) {
			key += " (" + strings.Join(found[key], ", ") + ")"
		}
		got = append(got, key)
	}
	for _, d := range got {
		if !slices.Contains(knownDifferences, d) {
			t.Errorf("differs, and is not listed:\n%q,", d)
		}
	}
	for _, d := range knownDifferences {
		if !slices.Contains(got, d) {
			t.Errorf("is listed, and does not differ: %s", d)
		}
	}
}

// fidelityRun has request and response pass by a way, or directly if that is "",
// and returns what the other ends saw.
func fidelityRun(t *testing.T, way runnertape.Way, request, response string) (upSaw, clientSaw []message) {
	t.Helper()
	up := newWireUpstream(t, nil)
	var client *wire
	var base string
	if way == "" {
		c, err := net.Dial("tcp", up.addr)
		if err != nil {
			t.Fatal(err)
		}
		client = newWire(t, c)
	} else {
		r := newRig(t, "http://"+up.addr)
		client, base = r.dial(way), strings.TrimSuffix(r.target(way, "/"), "/")
	}
	name := func(saw []message) []message { // addresses differ from run to run
		for i, m := range saw {
			saw[i].start = strings.ReplaceAll(m.start, "http://"+up.addr, "")
			for j, f := range m.fields {
				m.fields[j] = strings.ReplaceAll(f, up.addr, "UPSTREAM")
			}
		}
		return saw
	}
	head, body, _ := strings.Cut(request, "\n\n")
	// What becomes of another Host is for TestHostByWay.
	client.send(strings.Replace(fmt.Sprintf(head, base), "Host: h", "Host: "+up.addr, 1) + "\n\n")
	server := up.accept()
	if strings.Contains(head, "Expect:") {
		upSaw = append(upSaw, message{start: "head before body"})
		first, rest, _ := strings.Cut(response, "\n\n")
		m := server.readHead()
		server.send(first + "\n\n")
		clientSaw = append(clientSaw, client.readHead())
		client.send(body)
		m.body = server.readBody(m, "")
		upSaw = append(upSaw, m)
		response = rest
	} else {
		client.send(body)
		m := server.readHead()
		m.body = server.readBody(m, "")
		upSaw = append(upSaw, m)
	}
	server.send(response)
	if !strings.Contains(response, "Content-Length") && !strings.Contains(response, "Transfer-Encoding") && !strings.Contains(response, " 204 ") {
		server.Close()
	}
	for {
		m := client.readHead()
		if !strings.Contains(m.start, " 1") || strings.Contains(m.start, " 1.") {
			m.body = client.readBody(m, request)
		}
		clientSaw = append(clientSaw, m)
		if !strings.HasPrefix(m.start, "HTTP/1.1 1") {
			return name(upSaw), name(clientSaw)
		}
	}
}

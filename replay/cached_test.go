package replay

import (
	"testing"

	"runnertape/decode"
)

// What is put into a cache comes from there later, whoever signs; until then it is as recorded. What a job's script puts
// into a storage is treated the same way.
func TestCache(t *testing.T) {
	t.Run("runner's", func(t *testing.T) {
		testCache(t, "/ci/project/9/", "?X-Amz-Credential=ak&X-Amz-Signature=", decode.Cache)
	})
	t.Run("script's", func(t *testing.T) { testCache(t, "/cache/", "?X-Amz-Signature=", decode.Unknown) })
}

// A cache comes to a runner that signs in another way than the recorded one; and what Azure's SDK puts in blocks is what the list of
// them makes of it.
func TestCacheOfOthers(t *testing.T) {
	const store, object = "https://acme.example", "/ci/project/9/key"
	r := start(t, NewTape("http://gitlab.example").Add(
		fetched(store+object+"?x-id=GetObject&X-Amz-Credential=ak&X-Amz-Signature=aa", 200, "recorded"),
	), nil)
	if a := r.askAt("GET", store, object+"?X-Amz-Security-Token=t&X-Amz-Credential=ak&X-Amz-Signature=bb", "").want(t, 200); a.body != "recorded" {
		t.Errorf("%q", a.body)
	}
	const signed = "sv=2024-08-04&sig=aa"
	put := func(query, body string) said { return r.askAt("PUT", store, object+"?"+query+signed, body) }
	put("comp=block&blockid=Mg%3D%3D&", "two").want(t, 201)
	put("comp=block&blockid=MQ%3D%3D&", "one ").want(t, 201)
	put("comp=blocklist&", "<BlockList><Latest>Mw==</Latest></BlockList>").want(t, 400)
	put("comp=blocklist&", "<BlockList><Latest>").want(t, 400)
	put("comp=blocklist&", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<BlockList><Latest>MQ==</Latest><Uncommitted>Mg==</Uncommitted></BlockList>").want(t, 201)
	if a := r.askAt("GET", store, object+"?"+signed, "").want(t, 200); a.body != "one two" {
		t.Errorf("%q", a.body)
	}
	put("comp=blocklist&", "<BlockList><Latest>MQ==</Latest></BlockList>").want(t, 400)
	put("", "small").want(t, 201)
	if a := r.askAt("GET", store, object+"?"+signed, "").want(t, 200); a.body != "small" {
		t.Errorf("%q", a.body)
	}
}

func testCache(t *testing.T, folder, signed string, endpoint decode.Endpoint) {
	const store = "https://s3.example"
	r := start(t, NewTape("http://gitlab.example").Add(
		fetched(store+folder+"key"+signed+"aa", 404, "<Error/>"),
		Take{Method: "PUT", URL: store + folder + "key" + signed + "bb", Body: "recorded", Status: 200},
		fetched(store+folder+"old"+signed+"aa", 200, "recorded"),
	), nil)
	r.askAt("GET", store, folder+"key"+signed+"cc", "").want(t, 404)
	tag := r.askAt("PUT", store, folder+"key"+signed+"dd", "made now").want(t, 200).header.Get("ETag")
	r.askAt("PUT", store, folder+"new"+signed+"dd", "never recorded").want(t, 200)
	for target, want := range map[string]string{folder + "key" + signed + "ee": "made now", folder + "new" + signed + "ee": "never recorded", folder + "old" + signed + "ee": "recorded"} {
		if a := r.askAt("GET", store, target, "").want(t, 200); a.body != want {
			t.Errorf("%s: %q", target, a.body)
		}
	}
	r.askAt("HEAD", store, folder+"key"+signed+"ee", "", "If-None-Match", tag).want(t, 304)
	r.askAt("PUT", "https://elsewhere.example", folder+"other"+signed+"dd", "x").want(t, 404)
	r.askAt("PUT", store, folder+"unsigned", "x").want(t, 404)
	if c := r.Receipt(); c.Missed != 2 || c.Endpoints[endpoint].Missed == 0 || c.Misses[0].Endpoint != string(endpoint) {
		t.Errorf("%d missed: %+v, %+v", c.Missed, c.Endpoints, c.Misses)
	}
}

#!/bin/sh
# One case from login to delivery with curl and jq, over HTTP alone.
# python examples/served_delta.py sh examples/curl/apply.sh
set -eu

reference=CURL-WINDOW-0001
now=$(date -u -d "@$(($(date +%s) + CLOCK_OFFSET_S))" +%Y-%m-%dT%H:%M:%SZ)

idp() { curl -sS --fail-with-body --max-time 20 -H 'Content-Type: application/json' -d @- "$IDP/$1"; }

# post GATEWAY VERB [KEY]: the body comes from standard input.
post() {
    curl -sS --fail-with-body --max-time 40 -d @- "$1/v1/$2" \
        -H "Authorization: Bearer $INTEROP_API_KEY" -H 'Content-Type: application/json' \
        -H "Idempotency-Key: ${3:-$reference-$2}"
}

# One login counts everywhere: a token for each gateway, a mandate for the agent.
session=$(echo '{"person":"agent-a","organisation":"enterprise-a","method":"face"}' | idp login | jq -r .session)
token() {
    jq -n --arg s "$session" --arg a "$1" '{session:$s,audience:$a,may_act:""}' | idp token | jq -r .access_token
}
here=$(token https://gateway.sz.sim.example)
there=$(token https://gateway.pd.sim.example)
mandate=$(jq -n --arg s "$session" \
    '{session:$s,items:["outdoor-advertising"],regions:["310115"],purpose:"办理设置大型户外广告设施审批"}' |
    idp mandate | jq -r .mandate)

printf 'identified: %s\n' "$(jq -n --arg t "$here" '{token:$t}' | post "$SUZHOU" identify | jq -r .level)"
form=$(sed "s/@NOW@/$now/g" "$FILING")
application=$(printf %s "$form" | jq '{application}')
printf 'checked: %s\n' "$(printf %s "$application" | post "$SUZHOU" check | jq -r .intake)"
printf 'to ask: %s\n' "$(printf %s "$application" | post "$SUZHOU" ask | jq '.questions | length')"

filing=$(printf %s "$form" | jq --arg t "$here" --arg h "$there" --arg m "$mandate" --arg r "$reference" \
    '. + {token:$t,handling_token:$h,mandate:$m,reference:$r}')
draft=$(printf %s "$filing" | post "$SUZHOU" spare)
printf 'spared: %s\n' "$(printf %s "$draft" | jq -r '.exemption.spared | join(", ")')"
# A network that fails after the request: the same key gets the same bytes.
[ "$draft" = "$(printf %s "$filing" | post "$SUZHOU" spare)" ] && echo 'repeated: same bytes'

mine=$(jq -n --arg r "$reference" '{reference:$r}')
printf 'received: %s\n' "$(printf %s "$mine" | post "$SUZHOU" receive | jq -r .state)"
number=$(printf %s "$mine" | post "$SUZHOU" hand_over | jq -r .number)
printf 'refused: %s\n' "$(printf %s "$mine" | post "$SUZHOU" accept 2>/dev/null | jq -r '"\(.status) \(.reasons[0].code)"')"

# A long poll from the cursor on, never a busy loop.
after=0
tries=0
while :; do
    page=$(curl -sS --fail-with-body --max-time 40 -H "Authorization: Bearer $INTEROP_API_KEY" \
        "$SUZHOU/v1/events?wait_s=20&after=$after")
    found=$(printf %s "$page" | jq --arg c "$number" '[.events[] | select(.case == $c and .type == "fact-concluded")] | length')
    [ "$found" -gt 0 ] && break
    after=$(printf %s "$page" | jq .next)
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { echo 'the case was not concluded' >&2; exit 1; }
done
printf 'ruled: %s\n' "$(jq -n --arg c "$number" '{case:$c}' | post "$PUDONG" case | jq -r .ruling)"
printf 'delivered: %s\n' "$(printf %s "$mine" | jq '. + {method:"window"}' | post "$SUZHOU" deliver | jq -r .state)"
printf 'clocks: %s\n' "$(printf %s "$mine" | post "$SUZHOU" clocks | jq '.clocks | length')"

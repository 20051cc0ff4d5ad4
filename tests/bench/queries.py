"""The two questions that are timed, as documents."""

LIST = """query List($first: Int!) { serviceContacts(first: $first) { edges { node {
  id occurredOn durationMinutes serviceCode stage personTimes status
  client { id code birthYear } worker { id code displayName } hospital { id code name }
} } pageInfo { hasNextPage endCursor } } }"""

MEASURES = """query Measures($program: String!, $from: Date!, $to: Date!) {
  measures(program: $program, from: $from, to: $to, groupBy: [HOSPITAL]) {
    rows { key { key label } measures {
      contacts personTimes persons sessions groups events minutes attemptsNotDelivered casesOpened casesClosed
    } }
    total { contacts personTimes persons }
  } }"""

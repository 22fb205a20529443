// Asks a city through the client that today's pages use, as they do, and prints what it was given.
// Usage: node explore.mjs http://localhost:8000 KEY

import client from '@opendatasoft/api-client';

const {
    ApiClient, AuthenticationError, NotFoundError, ServerError, UserError, all, date, exactMatch,
    field, fromCatalog, list, not, one, string, textSearch, textStartWith, textSuggest,
} = client;

const [domain, secret] = process.argv.slice(2);
const api = new ApiClient({ domain });
const TREES = 'les-arbres-plantes';
const trees = () => fromCatalog().dataset(TREES);

/** What became of a question: its answer, or the class of its error, its status and its body. */
async function asked(query, options) {
    try {
        return await api.get(query, options);
    } catch (error) {
        const kinds = { AuthenticationError, NotFoundError, UserError, ServerError };
        const kind = Object.keys(kinds).find((name) => error instanceof kinds[name]);
        if (!kind) throw error;
        return { kind, status: error.response.status, details: error.details };
    }
}

const answers = {
    catalogue: await asked(fromCatalog().datasets().where(textSearch('arbres')).limit(5)),
    counted: await asked(fromCatalog().datasets().where('has_records').limit(0)),
    facets: await asked(fromCatalog().facets().facet('theme')),
    dataset: await asked(trees().itself()),
    catalogue_export: await asked(fromCatalog().export('json').where(exactMatch('dataset_id', TREES))),
    page: await asked(
        trees()
            .records()
            .select(list(field('idbase'), field('genre'), 'hauteurenm'))
            .where(all(exactMatch('genre', 'Celtis'), not('hauteurenm is null'), 'hauteurenm >= 5'))
            .orderBy('hauteurenm desc, idbase')
            .limit(3)
            .offset(2)
            .timezone('Europe/Paris')
            .lang('fr'),
    ),
    groups: await asked(
        trees()
            .records()
            .select('count(*) as n')
            .where(one(exactMatch('genre', 'Celtis'), exactMatch('genre', 'Acer')))
            .groupBy('genre')
            .orderBy('n desc'),
    ),
    refined: await asked(trees().records().refine('genre:Celtis').limit(0)),
    excluded: await asked(trees().records().exclude('genre:Celtis').limit(0)),
    begun: await asked(trees().records().where(textStartWith('Celt', ['genre'])).limit(0)),
    suggested: await asked(trees().records().where(textSuggest('elti', ['genre'])).limit(0)),
    quoted: await asked(trees().records().where(`genre = ${string('a "b" \\ \n é')}`).limit(0)),
    dated: await asked(
        fromCatalog().datasets().where(`modified >= ${date({ year: 2000, month: 1, day: 2 })}`).limit(0),
    ),
    faceted: await asked(trees().facets().facet('genre').refine('genre:Celtis')),
    exported: await asked(trees().export('json').select('idbase').where("genre = 'Celtis'")),
    features: await asked(trees().export('geojson').select('idbase, geo_point_2d').limit(2)),
    with_key: await asked(trees().records().limit(0), { apiKey: secret }),
    unknown_key: await asked(trees().records(), { apiKey: 'nobody' }),
    unknown_dataset: await asked(fromCatalog().dataset('nope').records()),
    unknown_field: await asked(trees().records().where('departement = 75')),
    too_many: await asked(trees().records().limit(101)),
    bad_export: await asked(trees().export('mvt')),
};

const links = await asked(trees().records().limit(1).set('include_links', 'true'));
const name = links.results[0]._links[0].href.split('/').pop();
answers.record = await asked(trees().record(name));

process.stdout.write(JSON.stringify(answers));
